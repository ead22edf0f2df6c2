"""A trained network to a `.clens` file, with clicklens.Builder."""

from torch import nn

import clicklens


def add_tower(builder, value, layers, prefix="l"):
    """Adds an nn.Sequential; every activation becomes a layer l1, l2, ... Returns the last value."""
    count = 0
    for layer in layers:
        if isinstance(layer, nn.Linear):
            bias = None if layer.bias is None else layer.bias.detach().numpy()
            value = builder.linear(value, layer.weight.detach().numpy(), bias)
        elif isinstance(layer, nn.BatchNorm1d):
            arrays = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
            value = builder.batch_norm(value, *(a.detach().numpy() for a in arrays), layer.eps)
        elif isinstance(layer, (nn.Dropout, nn.Identity)):
            continue
        else:
            value = _activation(builder, value, layer)
            count += 1
            builder.layer(f"{prefix}{count}", value)
    return value


def _activation(builder, value, layer):
    if isinstance(layer, nn.LeakyReLU):
        return builder.leaky_relu(value, layer.negative_slope)
    if isinstance(layer, nn.PReLU):
        return builder.prelu(value, layer.weight.detach().numpy())
    simple = {nn.ReLU: builder.relu, nn.Sigmoid: builder.sigmoid, nn.Tanh: builder.tanh}
    if type(layer) not in simple:
        raise TypeError(f"no operator for {type(layer).__name__}")
    return simple[type(layer)](value)


def _keys(vocabulary, integers):
    return [int(k) for k in vocabulary] if integers else list(vocabulary)


def _group_sums(builder, net, bags):
    sums = []
    for group in net.groups:
        first, *rest = [bag for bag, column in zip(bags, net.sparse) if column.group == group]
        for bag in rest:
            first = builder.add(first, bag, f"{group}_sum")
        sums.append(first)
    return sums


def build(net, name="gwen", *, integer_ids=False):
    """The Builder of a Gwen network. integer_ids: ids are 64-bit integers, else strings."""
    encoding, b = net.encoding, clicklens.Builder(name)
    bags = []
    for j, column in enumerate(net.sparse):
        vocabulary = _keys(encoding.vocabularies[column.name], integer_ids)
        feature = b.sparse(column.name, column.group, column.scope, encoder=b.vocabulary(vocabulary), pooling="sum")
        bags.append(b.embedding(feature, net.rows_of(j)))
    values = bags if net.within_group == "concat" else _group_sums(b, net, bags)
    for j, column in enumerate(encoding.numeric):
        transforms = [b.log1p(), b.standardise(encoding.mean[j], encoding.sd[j])]
        values = [*values, b.input(b.dense(column.name, column.group, column.scope, transforms=transforms,
                                           missing=encoding.missing[j]))]
    x = b.concat(values, "emb")
    b.layer("emb", x)
    b.output("ctr", add_tower(b, x, net.tower))
    return b
