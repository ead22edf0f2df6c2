"""Networks of FuxiCTR's layers, as its users write them.

The package on PyPI holds the layers, the two base classes and the networks for long histories; the other networks of
FuxiCTR's model zoo are a few lines over the same layers, written here from their papers.
"""

from itertools import combinations

import torch
from fuxictr.pytorch import layers
from fuxictr.pytorch.models import BaseModel
from torch import nn

DIM = 8


class Network(BaseModel):
    """What all of them share: embeddings [batch, fields, DIM], a sigmoid behind the logit, Adam."""

    def __init__(self, feature_map, **settings):
        super().__init__(feature_map, model_id=type(self).__name__, gpu=-1, verbose=0, model_root="", metrics=["AUC"])
        self.fields = feature_map.num_fields
        self.width = feature_map.sum_emb_out_dim() if feature_map.default_emb_dim else self.fields * DIM
        self.embedding = layers.FeatureEmbedding(feature_map, DIM)
        self.build(feature_map, **settings)
        self.compile("adam", "binary_crossentropy", 0.01)
        self.reset_parameters()
        self.model_to_device()

    def mlp(self, width, out=1, hidden=(16, 8), **more):
        return layers.MLP_Block(input_dim=width, output_dim=out, hidden_units=list(hidden), **more)

    def forward(self, inputs):
        x = self.get_inputs(inputs)
        return {"y_pred": self.output_activation(self.logit(x, self.embedding(x)))}


class LR(Network):
    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)

    def logit(self, x, e):
        return self.linear(x)


class FM(Network):
    def build(self, feature_map):
        self.fm = layers.FactorizationMachine(feature_map)

    def logit(self, x, e):
        return self.fm(x, e)


class FwFM(Network):
    """Field-weighted: a weight for each pair of fields."""

    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.products = layers.InnerProductInteraction(self.fields, output="inner_product")
        self.weight = nn.Linear(self.fields * (self.fields - 1) // 2, 1, bias=False)

    def logit(self, x, e):
        return self.linear(x) + self.weight(self.products(e))


class FmFM(Network):
    """Field-matrixed: a matrix for each pair of fields."""

    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.pairs = layers.BilinearInteractionV2(self.fields, DIM, bilinear_type="field_interaction")

    def logit(self, x, e):
        return self.linear(x) + self.pairs(e).sum(dim=-1).sum(dim=-1, keepdim=True)


class FFM(Network):
    """Field-aware: for each field an embedding for every other field."""

    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.aware = nn.ModuleList([layers.FeatureEmbedding(feature_map, 2) for _ in range(self.fields - 1)])

    def logit(self, x, e):
        views = [aware(x) for aware in self.aware]
        products = [(views[j - 1][:, i] * views[i][:, j]).sum(dim=-1, keepdim=True)
                    for i, j in combinations(range(self.fields), 2)]
        return self.linear(x) + torch.cat(products, dim=-1).sum(dim=-1, keepdim=True)


class DeepFM(Network):
    def build(self, feature_map):
        self.fm = layers.FactorizationMachine(feature_map)
        self.deep = self.mlp(self.width)

    def logit(self, x, e):
        return self.fm(x, e) + self.deep(e.flatten(start_dim=1))


class NFM(Network):
    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.pooled = layers.InnerProductInteraction(self.fields, output="bi_interaction")
        self.deep = self.mlp(DIM, hidden_activations="Tanh")

    def logit(self, x, e):
        return self.linear(x) + self.deep(self.pooled(e))


class AFM(Network):
    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.products = layers.InnerProductInteraction(self.fields, output="elementwise_product")
        self.attention = nn.Sequential(nn.Linear(DIM, 4), nn.ReLU(), nn.Linear(4, 1, bias=False), nn.Softmax(dim=1))
        self.weight = nn.Linear(DIM, 1, bias=False)

    def logit(self, x, e):
        pairs = self.products(e)
        return self.linear(x) + self.weight((self.attention(pairs) * pairs).sum(dim=1))


class AFN(Network):
    """Logarithmic neurons: products of powers of the embeddings."""

    def build(self, feature_map):
        self.powers = nn.Linear(self.fields, 5, bias=False)
        self.deep = self.mlp(5 * DIM)

    def logit(self, x, e):
        logs = torch.log(torch.clamp(torch.abs(e), min=1e-5))
        return self.deep(torch.exp(self.powers(logs.transpose(1, 2))).flatten(start_dim=1))


class HFM(Network):
    """Holographic: circular convolution of pairs of embeddings."""

    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.pairs = layers.HolographicInteraction(self.fields, interaction_type="circular_convolution")
        self.head = nn.Linear(self.fields * (self.fields - 1) // 2 * DIM, 1)

    def logit(self, x, e):
        return self.linear(x) + self.head(self.pairs(e).flatten(start_dim=1))


class DeepIM(Network):
    """Interactions up to the fourth order."""

    def build(self, feature_map):
        self.machine = layers.InteractionMachine(DIM, order=4, batch_norm=True)
        self.deep = self.mlp(self.width)

    def logit(self, x, e):
        return self.machine(e) + self.deep(e.flatten(start_dim=1))


NETWORKS = [LR, FM, FwFM, FmFM, FFM, DeepFM, NFM, AFM, AFN, HFM, DeepIM]
