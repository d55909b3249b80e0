def up() -> None:
    """up"""
