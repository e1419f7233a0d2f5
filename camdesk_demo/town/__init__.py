"""Верхнеозёрск, a town that is on no map: who lives there, what hangs where."""
