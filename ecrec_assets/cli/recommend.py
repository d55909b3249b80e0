def recommend() -> None:
    """recommend"""
