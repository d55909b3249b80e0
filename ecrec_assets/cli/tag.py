def tag() -> None:
    """tag"""
