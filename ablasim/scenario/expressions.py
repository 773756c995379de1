"""Heat sources written as an expression of place: what such a text may contain."""

from __future__ import annotations

import ast

from pydantic_core import PydanticCustomError

BAD_EXPRESSION = "bad_expression"
"""Type of the pydantic error of an expression that is refused; its message is complete."""

VARIABLES = ("x_mm", "y_mm", "z_mm", "r_mm", "pi")
FUNCTIONS = ("abs", "cos", "cosh", "exp", "log", "sin", "sinh", "sqrt", "tan", "tanh", "where")
LONGEST_EXPRESSION = 500

_GRAMMAR = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Call,
    ast.Name,
    ast.Constant,
    ast.Load,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Pow,
    ast.USub,
    ast.UAdd,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.BitAnd,
    ast.BitOr,
)


def check_expression(text: str) -> str:
    """Give the expression back if it is arithmetic of place and nothing else.

    Parameters
    ----------
    text : str
        Expression in `x_mm`, `y_mm`, `z_mm`, `r_mm`, `pi`, numbers, ``+ - * / **``, comparisons joined by
        ``&`` and ``|``, and the functions of `FUNCTIONS`.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    PydanticCustomError
        If it is no such expression.

    Examples
    --------
    >>> check_expression("1e6 * exp(-(r_mm / 5)**2)")
    '1e6 * exp(-(r_mm / 5)**2)'
    """
    fault = _fault(text)
    if fault:
        raise PydanticCustomError(BAD_EXPRESSION, "{fault}", {"fault": fault})
    return text


def _fault(text: str) -> str:
    """Say what is wrong with the expression; '' if nothing is."""
    if len(text) > LONGEST_EXPRESSION:
        return f"an expression of {len(text)} characters: must have at most {LONGEST_EXPRESSION}"
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f"'{text}': must be a number, or an expression such as '1e6 * exp(-r_mm / 5)'"
    return next((f"'{text}': {fault}" for fault in map(_node_fault, ast.walk(tree)) if fault), "")


def _node_fault(node: ast.AST) -> str:
    if isinstance(node, ast.Name) and node.id not in VARIABLES + FUNCTIONS:
        return f"unknown name '{node.id}'; known: {', '.join(VARIABLES + FUNCTIONS)}"
    if isinstance(node, ast.Call) and not (_is_function(node.func) and node.args and not node.keywords):
        return f"only these functions may be called: {', '.join(FUNCTIONS)}"
    if isinstance(node, ast.Constant) and (isinstance(node.value, bool) or not isinstance(node.value, int | float)):
        return f"{node.value!r} is not a number"
    if not isinstance(node, _GRAMMAR):
        return f"must be arithmetic of {', '.join(VARIABLES)}"
    return ""


def _is_function(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in FUNCTIONS
