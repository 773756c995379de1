"""ablasim: what an ablation kills, what a vessel steals, how wide the margin is."""
