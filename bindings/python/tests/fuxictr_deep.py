"""Networks of FuxiCTR's layers with towers, cross layers, attention or convolutions over the fields."""

import torch
from fuxictr.pytorch import layers
from fuxictr_models import DIM, Network
from torch import nn


class DNN(Network):
    def build(self, feature_map):
        self.deep = self.mlp(self.width, batch_norm=True, dropout_rates=0.1)

    def logit(self, x, e):
        return self.deep(e.flatten(start_dim=1))


class WideDeep(Network):
    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.deep = self.mlp(self.width)

    def logit(self, x, e):
        return self.linear(x) + self.deep(e.flatten(start_dim=1))


class PNN(Network):
    def build(self, feature_map):
        self.products = layers.InnerProductInteraction(self.fields, output="inner_product")
        self.deep = self.mlp(self.width + self.fields * (self.fields - 1) // 2)

    def logit(self, x, e):
        return self.deep(torch.cat([e.flatten(start_dim=1), self.products(e)], dim=1))


class DCN(Network):
    def build(self, feature_map):
        self.cross = layers.CrossNet(self.width, 2)
        self.deep = self.mlp(self.width, out=None)
        self.head = nn.Linear(self.width + 8, 1)

    def logit(self, x, e):
        flat = e.flatten(start_dim=1)
        return self.head(torch.cat([self.cross(flat), self.deep(flat)], dim=-1))


class DCNv2(Network):
    def build(self, feature_map):
        self.cross = layers.CrossNetV2(self.width, 2)
        self.deep = self.mlp(self.width, out=None)
        self.head = nn.Linear(self.width + 8, 1)

    def logit(self, x, e):
        flat = e.flatten(start_dim=1)
        return self.head(torch.cat([self.cross(flat), self.deep(flat)], dim=-1))


class DCNMix(Network):
    """DCN V2 of low rank with a mixture of experts."""

    def build(self, feature_map):
        self.cross = layers.CrossNetMix(self.width, layer_num=2, low_rank=4, num_experts=2)
        self.head = nn.Linear(self.width, 1)

    def logit(self, x, e):
        return self.head(self.cross(e.flatten(start_dim=1)))


class XDeepFM(Network):
    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.compressed = layers.CompressedInteractionNet(self.fields, [6, 4])
        self.deep = self.mlp(self.width)

    def logit(self, x, e):
        return self.linear(x) + self.compressed(e) + self.deep(e.flatten(start_dim=1))


class AutoInt(Network):
    """Self-attention among fields, two heads."""

    def build(self, feature_map):
        self.q, self.k, self.v, self.residual = (nn.Linear(DIM, DIM, bias=False) for _ in range(4))
        self.attention = layers.ScaledDotProductAttention()
        self.head = nn.Linear(self.width, 1)

    def logit(self, x, e):
        heads = [w(e).view(-1, self.fields, 2, DIM // 2).transpose(1, 2) for w in (self.q, self.k, self.v)]
        mixed, _ = self.attention(*heads, scale=(DIM // 2) ** 0.5)
        mixed = mixed.transpose(1, 2).contiguous().view(-1, self.fields, DIM)
        return self.head((mixed + self.residual(e)).relu().flatten(start_dim=1))


class FiBiNET(Network):
    def build(self, feature_map):
        self.linear = layers.LogisticRegression(feature_map)
        self.weigh = layers.SqueezeExcitation(self.fields, reduction_ratio=2)
        self.pairs = layers.BilinearInteractionV2(self.fields, DIM, bilinear_type="field_interaction")
        self.deep = self.mlp(self.fields * (self.fields - 1) * DIM)

    def logit(self, x, e):
        pairs = torch.cat([self.pairs(e), self.pairs(self.weigh(e))], dim=1)
        return self.linear(x) + self.deep(pairs.flatten(start_dim=1))


class FiBiNETEach(FiBiNET):
    """The bilinear form with a matrix for each field, in FuxiCTR's first version of the layer."""

    def build(self, feature_map):
        super().build(feature_map)
        self.pairs = layers.BilinearInteraction(self.fields, DIM, bilinear_type="field_each")


class MaskNet(Network):
    """Two serial mask blocks over the normalised embeddings."""

    def build(self, feature_map):
        self.norms = nn.ModuleList([nn.LayerNorm(DIM) for _ in range(self.fields)])
        self.masks = nn.ModuleList([self.mlp(self.width, out=out, hidden=(24,)) for out in (self.width, 16)])
        self.hidden = nn.ModuleList([nn.Sequential(nn.Linear(n, 16), nn.LayerNorm(16), nn.ReLU())
                                     for n in (self.width, 16)])
        self.head = nn.Linear(16, 1)

    def logit(self, x, e):
        flat = e.flatten(start_dim=1)
        v = torch.cat([norm(e[:, i]) for i, norm in enumerate(self.norms)], dim=1)
        for mask, hidden in zip(self.masks, self.hidden):
            v = hidden(mask(flat) * v)
        return self.head(v)


class FinalMLP(Network):
    """Two towers behind gates, joined by a bilinear form with two heads."""

    def build(self, feature_map):
        self.gates = nn.ModuleList([self.mlp(DIM, out=self.width, hidden=(8,), output_activation="Sigmoid")
                                    for _ in range(2)])
        self.context = nn.Parameter(torch.zeros(1, DIM))
        self.towers = nn.ModuleList([self.mlp(self.width, out=None) for _ in range(2)])
        self.a, self.b = nn.Linear(8, 1), nn.Linear(8, 1)
        self.form = nn.Parameter(nn.init.xavier_normal_(torch.empty(2 * 4 * 4, 1)))

    def logit(self, x, e):
        flat = e.flatten(start_dim=1)
        contexts = self.context.repeat(flat.size(0), 1), e[:, 0]
        a, b = (tower(flat * gate(context) * 2) for tower, gate, context in zip(self.towers, self.gates, contexts))
        heads_a, heads_b = a.view(-1, 2, 4), b.view(-1, 2, 4)
        form = torch.matmul(heads_a.unsqueeze(2), self.form.view(2, 4, -1)).view(-1, 2, 1, 4)
        return self.a(a) + self.b(b) + torch.matmul(form, heads_b.unsqueeze(-1)).squeeze(-1).sum(dim=1)


class GDCN(Network):
    """Cross layers behind gates."""

    def build(self, feature_map):
        self.cross = nn.ModuleList([nn.Linear(self.width, self.width) for _ in range(2)])
        self.gate = nn.ModuleList([nn.Linear(self.width, self.width, bias=False) for _ in range(2)])
        self.deep = self.mlp(self.width)

    def logit(self, x, e):
        first = v = e.flatten(start_dim=1)
        for cross, gate in zip(self.cross, self.gate):
            v = first * cross(v) * torch.sigmoid(gate(v)) + v
        return self.deep(v)


class CCPM(Network):
    """A convolution over neighbouring fields and the k largest of its outcomes."""

    def build(self, feature_map):
        self.convolution = nn.Conv2d(1, 2, kernel_size=(3, 1), padding=(1, 0))
        self.largest = layers.KMaxPooling(3, dim=2)
        self.head = nn.Linear(2 * 3 * DIM, 1)

    def logit(self, x, e):
        return self.head(self.largest(self.convolution(e.unsqueeze(1))).tanh().flatten(start_dim=1))


class DLRM(Network):
    """Numbers go through a tower of their own and meet the embeddings in dot products."""

    def build(self, feature_map):
        self.numbers = [name for name, spec in feature_map.features.items() if spec["type"] == "numeric"]
        self.bottom = self.mlp(len(self.numbers), out=DIM, output_activation="ReLU")
        self.rows = layers.FeatureEmbedding(feature_map, DIM, not_required_feature_columns=self.numbers)
        fields = self.fields - len(self.numbers) + 1
        self.products = layers.InnerProductInteraction(fields, output="inner_product")
        self.top = self.mlp(fields * (fields - 1) // 2 + DIM)

    def logit(self, x, e):
        numbers = self.bottom(torch.cat([x[name].float().view(-1, 1) for name in self.numbers], dim=-1))
        fields = torch.cat([numbers.unsqueeze(1), self.rows(x)], dim=1)
        return self.top(torch.cat([numbers, self.products(fields)], dim=-1))


NETWORKS = [DNN, WideDeep, PNN, DCN, DCNv2, DCNMix, XDeepFM, AutoInt, FiBiNET, FiBiNETEach, MaskNet, FinalMLP, GDCN,
            CCPM, DLRM]
