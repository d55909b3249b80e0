"""More training queries out of the labelled ones, and the same queries written worse to test a model on."""

from ecrec_assets.prepare.query_augmentation.augment import DEFAULT_SHARES, augmented
from ecrec_assets.prepare.query_augmentation.kinds import KINDS, PERTURBATIONS, UnknownKind
from ecrec_assets.prepare.query_augmentation.perturb import perturbed

__all__ = ["DEFAULT_SHARES", "KINDS", "PERTURBATIONS", "UnknownKind", "augmented", "perturbed"]
