"""What was handed over, and the proof that its grids tile: `manifest.json` beside the files.

docs/receivers.md lists its members. Its modules:

    building     the manifest of files: digests, features of each layer, certificates
    certificate  proof on written numbers: per parent no gap, no overlap, every patch once
    checking     files checked against their manifest
"""

from boundaries.export.manifest.building import MANIFEST, Handed, hand, manifest_bytes
from boundaries.export.manifest.certificate import Certificate, certify
from boundaries.export.manifest.checking import Checked, check_manifest, read_manifest

__all__ = [
    "MANIFEST",
    "Certificate",
    "Checked",
    "Handed",
    "certify",
    "check_manifest",
    "hand",
    "manifest_bytes",
    "read_manifest",
]
