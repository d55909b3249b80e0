def status() -> None:
    """status"""
