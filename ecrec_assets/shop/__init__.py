"""A shop described in one file, `ecrec.yaml`: its sources, their contracts and roles. Imports nothing of ecrec."""
