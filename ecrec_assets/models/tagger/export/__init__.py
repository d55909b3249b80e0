"""The encoder of a trained tagger as an ONNX file, in int8 or fp32, for serving with onnxruntime."""

from ecrec_assets.models.tagger.export.folder import ExportError, Kind, export, exported
from ecrec_assets.models.tagger.export.runtime import OnnxEncoder

__all__ = ["ExportError", "Kind", "OnnxEncoder", "export", "exported"]
