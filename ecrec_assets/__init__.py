"""ecrec: search and recommendation models built only from data that passed its contract."""
