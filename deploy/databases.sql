-- Runs once, when the volume is empty. The database of Dagster is made by the image itself.
CREATE DATABASE mlflow OWNER ecrec;
