"""CTR networks, a short function each: from fields and weights to a `Builder` that is ready to save.

    from clicklens import zoo

    fields = [zoo.Field("user_id", "user", rows=100_000, scope="request"), zoo.Field("ad_id", "ad", rows=20_000),
              zoo.Dense("price", "ad", width=1)]
    zoo.deepfm(fields, dim=16, hidden=(256, 128), weights=module.state_dict()).save("deepfm.clens")

`weights` maps names to arrays or tensors; each function says which names it reads, in PyTorch's shapes. A function in
its place is asked (name, shape); an integer is a seed and gives an untrained network. All logits are named "ctr",
hidden activations are layers of the same names as their weights.
"""

from ._net import Dense, Field, History
from .attention import afm, autoint, masknet
from .crossing import dcn, dcn_mix, dcnv2, fibinet, gdcn
from .deep import dlrm, dnn, final_mlp, gwen, pnn, wide_deep
from .factorization import deepfm, ffm, fm, fwfm, lr, nfm, xdeepfm
from .histories import bst, dien, din
from .matching import dssm
from .tasks import esmm, mmoe, ple, share_bottom

__all__ = ["Dense", "Field", "History", "afm", "autoint", "bst", "dcn", "dcn_mix", "dcnv2", "deepfm", "dien", "din",
           "dlrm", "dnn", "dssm", "esmm", "ffm", "fibinet", "final_mlp", "fm", "fwfm", "gdcn", "gwen", "lr", "masknet",
           "mmoe", "nfm", "ple", "pnn", "share_bottom", "wide_deep", "xdeepfm"]
