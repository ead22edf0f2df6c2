"""Makes keras_ctr.onnx and keras_ctr.npz beside itself: a Keras network exported by tf2onnx, inputs and its outputs.

    python3 -m venv v && v/bin/pip install tensorflow-cpu==2.15.1 tf2onnx==1.16.1 'onnx<1.17' 'numpy<2'
    v/bin/python bindings/python/tests/golden/keras_ctr.py

DeepFM with a history: three ids, two numbers that a Normalization layer scales, and one to six items, padded by 0.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf2onnx
from tensorflow import keras

HERE = Path(__file__).parent
SIZES = {"user_id": 50, "item_id": 40, "city": 6}
DIM, ROWS = 8, 64
layers = keras.layers


def rows(count, seed):
    random = np.random.default_rng(seed)
    made = {name: random.integers(0, size, (count, 1)).astype(np.int32) for name, size in SIZES.items()}
    made["numbers"] = random.gamma(2, 10, (count, 2)).astype(np.float32)
    lengths = random.integers(1, 7, count)  # Keras divides 0 by 0 where a history is empty
    made["history"] = np.where(np.arange(6) < lengths[:, None], random.integers(1, 40, (count, 6)), 0).astype(np.int32)
    click = (made["item_id"][:, 0] % 3 == 0) | (made["history"] == made["item_id"]).any(axis=1)
    return made, click.astype(np.float32)


def network(numbers):
    inputs = {name: keras.Input((1,), dtype="int32", name=name) for name in SIZES}
    inputs["numbers"] = keras.Input((2,), name="numbers")
    inputs["history"] = keras.Input((6,), dtype="int32", name="history")
    scale = layers.Normalization()
    scale.adapt(numbers)
    start = keras.initializers.RandomNormal(stddev=0.3)
    item = layers.Embedding(SIZES["item_id"], DIM, embeddings_initializer=start, mask_zero=True)
    fields = [layers.Flatten()(layers.Embedding(SIZES[name], DIM, embeddings_initializer=start)(inputs[name]))
              for name in ("user_id", "city")]
    fields += [layers.Flatten()(item(inputs["item_id"])), layers.GlobalAveragePooling1D()(item(inputs["history"]))]
    stacked = layers.Reshape((len(fields), DIM))(layers.Concatenate()(fields))
    pairs = layers.Lambda(lambda x: 0.5 * tf.reduce_sum(tf.square(tf.reduce_sum(x, 1)) - tf.reduce_sum(x * x, 1), 1,
                                                        keepdims=True))(stacked)
    deep = layers.Concatenate()([*fields, scale(inputs["numbers"])])
    for units in (16, 8):
        deep = layers.Activation("relu")(layers.BatchNormalization()(layers.Dense(units)(deep)))
    click = layers.Dense(1)(layers.Dropout(0.1)(deep))
    return keras.Model(inputs, layers.Activation("sigmoid", name="click")(layers.Add()([click, pairs])))


def main():
    keras.utils.set_random_seed(7)
    train, click = rows(2000, 1)
    model = network(train["numbers"])
    model.compile("adam", "binary_crossentropy")
    model.fit(train, click, batch_size=100, epochs=3, verbose=0)
    given, _ = rows(ROWS, 2)
    tf2onnx.convert.from_keras(model, opset=15, output_path=str(HERE / "keras_ctr.onnx"))
    np.savez(HERE / "keras_ctr.npz", **{f"in_{k}": v for k, v in given.items()}, out_click=model.predict(given, verbose=0))


if __name__ == "__main__":
    main()
