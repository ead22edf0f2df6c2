"""Made-up clicks in raw form, and small networks of FuxiCTR and DeepCTR-Torch trained on them."""

import sys
import types

import numpy as np

import clicklens

CITIES = ["oslo", "bergen", "tromsø", "bodø", "molde"]
HISTORY = 5  # places for items seen before


def brand(item):
    return f"b{int(item[1:]) % 7}"


def raw_rows(count, seed, items=40):
    """A dict of columns: strings, numbers, and for each row the list of items seen before. Some are "new"."""
    rng = np.random.default_rng(seed)
    item = rng.integers(0, items, count)
    history = [[f"i{j}" for j in rng.integers(0, items, rng.integers(0, 8))] for _ in range(count)]
    rows = {
        "user_id": [f"u{n}" for n in rng.integers(0, 30, count)],
        "item_id": [f"i{n}" for n in item],
        "brand": [brand(f"i{n}") for n in item],
        "city": [CITIES[n] for n in rng.integers(0, len(CITIES), count)],
        "age": rng.normal(38, 12, count).astype(np.float32).astype(np.float64),
        "price": rng.gamma(2, 10, count).astype(np.float32).astype(np.float64),
        "history": history,
    }
    liked = np.array([i % 3 == 0 for i in item]) + np.array([f"i{i}" in h for i, h in zip(item, history)])
    z = 1.5 * liked - 0.03 * rows["price"] + 0.02 * (rows["age"] - 38) + rng.normal(0, 0.5, count)
    rows["click"] = (z > 0).astype(np.float64)
    rows["buy"] = rows["click"] * (rng.random(count) < 0.4)
    return rows


# -------------------------------------------------------------- FuxiCTR

def fuxictr_processor(folder, rows, *, pooled=True, labels=("click",), padding="post"):
    """FuxiCTR's own FeatureProcessor, fitted to the rows; its files lie in folder/clicks."""
    import polars
    from fuxictr.preprocess import FeatureProcessor
    name = {"active": True, "source": ""}
    columns = [{**name, "name": key, "dtype": "str", "type": "categorical"} for key in ("user_id", "item_id", "city")]
    columns += [{**name, "name": "age", "dtype": "float", "type": "numeric", "normalizer": "StandardScaler"},
                {**name, "name": "price", "dtype": "float", "type": "numeric", "normalizer": "MinMaxScaler"},
                {**name, "name": "history", "dtype": "str", "type": "sequence", "splitter": "^", "max_len": 5,
                 "share_embedding": "item_id", "padding": padding,
                 **({} if pooled else {"feature_encoder": None})}]
    processor = FeatureProcessor(columns, [{"name": label, "dtype": "float"} for label in labels], "clicks",
                                 data_root=str(folder))
    frame = processor.preprocess(polars.LazyFrame(_fuxictr_columns(rows)))
    processor.fit(frame, min_categr_count=2)
    return processor


def fuxictr_long_processor(folder, rows):
    """The same for networks of long histories: items are an id and a brand."""
    import polars
    from fuxictr.preprocess import FeatureProcessor
    columns = [{"active": True, "source": source, "name": key, "dtype": "str", "type": "categorical"}
               for key, source in (("user_id", "user"), ("item_id", "item"), ("brand", "item"))]
    columns += [{"active": True, "source": "user", "name": "age", "dtype": "float", "type": "numeric",
                 "normalizer": "StandardScaler"}]
    processor = FeatureProcessor(columns, [{"name": "click", "dtype": "float"}], "long", data_root=str(folder))
    processor.fit(processor.preprocess(polars.LazyFrame(_fuxictr_columns(rows))))
    processor.feature_map.default_emb_dim = 8
    return processor


def fuxictr_long_batch(processor, rows):
    """(features, items, mask), as LongCTR's data loader makes them: histories, then targets, padded before."""
    import torch
    batch = fuxictr_tensors(processor, rows)
    items = {}
    for key, of in (("item_id", str), ("brand", brand)):
        vocabulary = processor.processor_dict[f"{key}::tokenizer"].vocab
        history = torch.zeros(len(rows["age"]), HISTORY, dtype=torch.int64)
        for line, seen in zip(history, rows["history"]):
            kept = [vocabulary.get(of(item), vocabulary["__OOV__"]) for item in seen][-HISTORY:]
            line[HISTORY - len(kept):] = torch.tensor(kept, dtype=torch.int64)
        items[key] = torch.cat([history, batch.pop(key).long().reshape(-1, 1)], dim=1)
    return batch, items, (items["item_id"][:, :HISTORY] > 0).float()


def _fuxictr_columns(rows):
    return {**rows, "history": ["^".join(h) for h in rows["history"]]}


def fuxictr_tensors(processor, rows):
    """What FuxiCTR's data loader hands to a network."""
    import pandas
    import torch
    columns = processor.transform(pandas.DataFrame(_fuxictr_columns(rows)))
    names = [*processor.feature_map.features, *processor.feature_map.labels]
    return {name: torch.tensor(np.array(list(columns[name]), np.float64)) for name in names}


def train_fuxictr(model, batch, steps=6):
    """A few steps of FuxiCTR's own losses and optimizer."""
    model.train()
    model._max_gradient_norm = 10.0
    for _ in range(steps):
        model.train_step(batch)
    model.eval()
    return model


# -------------------------------------------------------------- DeepCTR-Torch

def deepctr():
    """The package, with a stand-in for `requests`, which it asks PyPI for its newest version with when imported."""
    if "deepctr_torch" not in sys.modules:
        requests = types.ModuleType("requests")
        requests.get = lambda *_: types.SimpleNamespace(status_code=0)
        requests.codes = types.SimpleNamespace(ok=200)
        real = sys.modules.get("requests")
        sys.modules["requests"] = requests
        try:
            import deepctr_torch.models  # noqa: F401
        finally:
            sys.modules.pop("requests")
            if real is not None:
                sys.modules["requests"] = real
    import deepctr_torch.inputs
    return deepctr_torch


VOCABULARIES = {"user_id": [f"u{n}" for n in range(30)], "item_id": ["", *(f"i{n}" for n in range(40))],
                "city": CITIES}



SCALES = {"age": (38.0, 12.0), "price": (20.0, 14.0)}  # mean and deviation: the library leaves scaling to its users


def deepctr_transforms():
    """The scaling of SCALES as transforms of features."""
    return {name: [clicklens.Builder("scales").standardise(*scale)] for name, scale in SCALES.items()}


def deepctr_columns(*, behaviour=False, combiner="mean", length=False):
    """Feature columns for the rows. With behaviour: the history as DIN and DIEN want it."""
    inputs = deepctr().inputs
    columns = [inputs.SparseFeat(name, len(keys), embedding_dim=8) for name, keys in VOCABULARIES.items()]
    columns += [inputs.DenseFeat("age", 1), inputs.DenseFeat("price", 1)]
    history = inputs.SparseFeat("hist_item_id" if behaviour else "history", len(VOCABULARIES["item_id"]),
                                embedding_dim=8, embedding_name="item_id" if behaviour else "history")
    return columns + [inputs.VarLenSparseFeat(history, maxlen=HISTORY, combiner=combiner,
                                              length_name="seq_length" if length or behaviour else None)]


def deepctr_inputs(rows, columns):
    """The arrays that DeepCTR-Torch's `fit` and `predict` take, by feature name."""
    history = np.zeros((len(rows["age"]), HISTORY), np.int64)
    place = {key: n for n, key in enumerate(VOCABULARIES["item_id"])}
    for line, items in zip(history, rows["history"]):
        kept = items[:HISTORY]
        line[:len(kept)] = [place[item] for item in kept]
    arrays = {name: np.array([keys.index(key) for key in rows[name]]) for name, keys in VOCABULARIES.items()}
    arrays.update({name: (rows[name] - mean) / deviation for name, (mean, deviation) in SCALES.items()})
    arrays.update(history=history, hist_item_id=history, seq_length=(history != 0).sum(axis=1))
    return {name: arrays[name] for name in deepctr().inputs.build_input_features(columns)}


def deepctr_matrix(model, arrays):
    """The matrix that `predict` makes of the arrays and gives to `forward`."""
    import torch
    return torch.tensor(np.concatenate([np.asarray(arrays[name]).reshape(len(arrays["age"]), -1)
                                        for name in model.feature_index], axis=1), dtype=torch.float32)


def deepctr_network(name):
    """An untrained network of the package, small, and its feature columns."""
    models = deepctr().models
    started = {"init_std": 0.3, "device": "cpu"}  # else a few steps leave embeddings that say nothing
    small = {"dnn_hidden_units": (16, 8), **started}
    behaviour = name.startswith(("DIN", "DIEN"))
    columns = deepctr_columns(behaviour=behaviour, length=name == "WDL", combiner="sum" if name == "DCN" else "mean")
    if name in ("DIN", "DINSoftmax"):
        made = models.DIN(columns, ["item_id"], att_hidden_size=(8,), att_weight_normalization=name != "DIN", **small)
        for weights in made.parameters():
            weights.data *= 3000 if weights.std() < 0.001 else 1  # this network does not pass init_std on
        return made, columns
    if name.startswith("DIEN"):
        kind = {"DIEN": "GRU", "DIEN_AIGRU": "AIGRU", "DIEN_AGRU": "AGRU", "DIEN_AUGRU": "AUGRU"}[name]
        return models.DIEN(columns, ["item_id"], gru_type=kind, att_hidden_units=(8,), **small), columns
    if name in ("SharedBottom", "ESMM", "MMOE", "PLE"):
        sizes = {"tower_dnn_hidden_units": (8,), **started}
        if name in ("MMOE", "PLE"):
            sizes.update(expert_dnn_hidden_units=(16, 8), gate_dnn_hidden_units=(8,))
        if name == "SharedBottom":
            sizes.update(bottom_dnn_hidden_units=(16, 8))
        return getattr(models, name)(columns, **sizes), columns
    if name == "MLR":
        return models.MLR(columns, region_num=3, **started), columns
    if name.startswith("PNN"):
        outer = {"PNN": {}, "PNN_outer": {"use_outter": True}, "PNN_vec": {"use_outter": True, "kernel_type": "vec"}}
        return models.PNN(columns, **small, **outer[name]), columns
    more = {"CCPM": {"dnn_hidden_units": (16,)}, "AFM": {"attention_factor": 4}, "AFN": {"ltl_hidden_size": 5},
            "DCN_matrix": {"cross_parameterization": "matrix"}, "DCNMix": {"low_rank": 4, "num_experts": 2},
            "FiBiNET_each": {"bilinear_type": "each"}, "FiBiNET_all": {"bilinear_type": "all"},
            "DIFM": {"att_head_num": 2}, "WDL": {"dnn_use_bn": True}, "AutoInt": {"att_layer_num": 2}}.get(name, {})
    settings = {**small, **more}
    if name == "AFM":
        settings.pop("dnn_hidden_units")
    if name == "AFN":
        settings["afn_dnn_hidden_units"] = settings.pop("dnn_hidden_units")
    deep = [c for c in columns if not hasattr(c, "dimension")] if name in ("AFM", "CCPM") else columns
    return getattr(models, name.split("_")[0])(columns, deep, **settings), columns


#: Networks of DeepCTR-Torch; what follows an underscore is a setting.
DEEPCTR = ["WDL", "DeepFM", "xDeepFM", "AFM", "DIFM", "IFM", "AutoInt", "DCN", "DCN_matrix", "DCNMix", "FiBiNET",
           "FiBiNET_each", "FiBiNET_all", "NFM", "MLR", "ONN", "PNN", "PNN_outer", "PNN_vec", "CCPM", "AFN", "DIN",
           "DINSoftmax", "DIEN", "DIEN_AIGRU", "DIEN_AGRU", "DIEN_AUGRU", "SharedBottom", "ESMM", "MMOE", "PLE"]


def train_deepctr(model, arrays, rows, steps=6):
    """A few steps of DeepCTR-Torch's own fit."""
    import torch
    torch.manual_seed(3)
    tasks = getattr(model, "num_tasks", 1)
    targets = rows["click"] if tasks == 1 else np.stack([rows["click"], rows["buy"]], axis=1)
    model.compile(torch.optim.Adam(model.parameters(), lr=0.01),
                  "binary_crossentropy" if tasks == 1 else ["binary_crossentropy"] * tasks)
    model.fit(arrays, targets, batch_size=max(1, len(rows["click"]) // steps), epochs=1, verbose=0, shuffle=False)
    return model.eval()
