"""Networks of FuxiCTR's layers that read a history place by place, those that its package has for long histories, and
one of two tasks."""

import torch
from fuxictr.pytorch import layers
from fuxictr.pytorch.models import MultiTaskModel
from fuxictr_models import DIM, Network
from torch import nn


class _Behaviour(Network):
    """A target and the history of it, whose embeddings one table holds; the other features beside them."""

    target, history = "item_id", "history"

    def build(self, feature_map):
        self.dict = layers.FeatureEmbeddingDict(feature_map, DIM)
        self.interest()
        self.deep = self.mlp(self.width)

    def logit(self, x, e):
        embedded = self.dict(x)
        steps = embedded[self.history]  # [batch, time, DIM]: the feature has no encoder
        embedded[self.history] = self.pool(embedded[self.target], steps, x[self.history].long() != 0)
        return self.deep(self.dict.dict2tensor(embedded, flatten_emb=True))

    def forward(self, inputs):
        x = self.get_inputs(inputs)
        return {"y_pred": self.output_activation(self.logit(x, None))}


class DIN(_Behaviour):
    def interest(self):
        self.attention = layers.DIN_Attention(DIM, attention_units=[8], hidden_activations="Dice")

    def pool(self, target, steps, mask):
        return self.attention(target, steps, mask)


class DINSoftmax(_Behaviour):
    def interest(self):
        self.attention = layers.DIN_Attention(DIM, attention_units=[8], hidden_activations="Dice", use_softmax=True)

    def pool(self, target, steps, mask):
        return self.attention(target, steps, mask)


class TargetAttention(_Behaviour):
    """The history by multi-head attention from the target, as in SIM and TWIN."""

    def interest(self):
        self.attention = layers.MultiHeadTargetAttention(DIM, attention_dim=DIM, num_heads=2)

    def pool(self, target, steps, mask):
        return self.attention(target, steps, mask)


class GRU4Rec(_Behaviour):
    """The history by a GRU's last state."""

    def interest(self):
        self.gru = nn.GRU(DIM, DIM, batch_first=True)

    def pool(self, target, steps, mask):
        return self.gru(steps)[1].squeeze(0)


class BST(_Behaviour):
    """The history and the target through a transformer's encoder layer."""

    def interest(self):
        self.layer = nn.TransformerEncoderLayer(DIM, 2, 16, dropout=0.1, batch_first=True)

    def pool(self, target, steps, mask):
        return self.layer(torch.cat([steps, target.unsqueeze(1)], dim=1)).mean(dim=1)


class MMoE(MultiTaskModel):
    """Two tasks over three experts."""

    def __init__(self, feature_map):
        super().__init__(feature_map, model_id="MMoE", gpu=-1, verbose=0, model_root="", metrics=["AUC"], num_tasks=2,
                         task=["binary_classification"] * 2)
        self.embedding = layers.FeatureEmbedding(feature_map, DIM)
        width = feature_map.num_fields * DIM
        block = layers.MLP_Block
        self.experts = nn.ModuleList([block(width, [8], output_dim=8, output_activation="ReLU") for _ in range(3)])
        self.gates = nn.ModuleList([block(width, [8], output_dim=3, output_activation="Softmax") for _ in range(2)])
        self.towers = nn.ModuleList([block(8, [4], output_dim=1) for _ in range(2)])
        self.compile("adam", ["binary_crossentropy"] * 2, 0.01)
        self.reset_parameters()

    def forward(self, inputs):
        flat = self.embedding(self.get_inputs(inputs)).flatten(start_dim=1)
        experts = torch.stack([expert(flat) for expert in self.experts], dim=1)
        made = {}
        for label, gate, tower, activation in zip(self.feature_map.labels, self.gates, self.towers,
                                                  self.output_activation):
            made[f"{label}_pred"] = activation(tower((gate(flat).unsqueeze(-1) * experts).sum(dim=1)))
        return made


#: Networks that read the history place by place.
BEHAVIOUR = [DIN, DINSoftmax, TargetAttention, GRU4Rec, BST]


#: Networks of the package for long histories, and their arguments.
LONG = {"DIN": {"dnn_hidden_units": [16, 8], "attention_hidden_units": [8]},
        "DCNv2": {"parallel_dnn_hidden_units": [16, 8]},
        "FinalMLP": {"mlp1_hidden_units": [16, 8], "mlp2_hidden_units": [16, 8], "use_fs": False},
        "DIEN": {"dnn_hidden_units": [16, 8], "attention_hidden_units": [8], "gru_type": "AUGRU"},
        "SIM": {"dnn_hidden_units": [16, 8], "short_seq_len": 2, "topk": 3},
        "SDIM": {"dnn_hidden_units": [16, 8], "short_seq_len": 2},
        "ETA": {"dnn_hidden_units": [16, 8], "short_seq_len": 2, "topk": 3},
        "TWIN": {"dnn_hidden_units": [16, 8], "short_seq_len": 2, "Kc_cross_features": 0, "topk": 3},
        "TransAct": {"mlp_hidden_units": [16, 8], "dcn_hidden_units": [16, 8], "dim_feedforward": 16}}


def long_network(name, feature_map):
    """One of model_zoo.LongCTR, untrained."""
    from model_zoo import LongCTR
    return getattr(LongCTR, name)(feature_map, verbose=0, model_root="", metrics=["AUC"], optimizer="adam",
                                  embedding_dim=DIM, loss="binary_crossentropy", learning_rate=0.01, **LONG[name])
