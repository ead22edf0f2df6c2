"""What stands in for torch's functions while a module is traced computes what they do."""

import pytest

import clicklens

torch = pytest.importorskip("torch", reason="modules are PyTorch's: install python3-torch")
functional = torch.nn.functional
rewrites = clicklens.importers._torch_rewrites.rewrites

X = torch.linspace(-1, 1, 3 * 4 * 5).view(3, 4, 5)
SQUARE = torch.linspace(-2, 2, 3 * 16).view(3, 4, 4)
UPPER = torch.triu(torch.ones(4, 4), 1).bool()
WEIGHT = torch.linspace(-1, 1, 7 * 2).view(7, 2)
IDS = torch.tensor([[3, 1, 0], [2, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize("function", [
    lambda: torch.squeeze(X.unsqueeze(2).unsqueeze(0)), lambda: X.unsqueeze(1).squeeze(1), lambda: X.squeeze(1),
    lambda: X.unsqueeze(-1).unsqueeze(-1).squeeze(-1),
    lambda: torch.repeat_interleave(X, 3, dim=1), lambda: X[:, :1].repeat_interleave(4, dim=-2),
    lambda: X.repeat_interleave(2), lambda: torch.repeat_interleave(X, torch.tensor([1, 0, 2]), dim=0),
    lambda: torch.tensordot(X, WEIGHT[:5], dims=([-1], [0])), lambda: torch.tensordot(X, X, dims=([1, 2], [1, 2])),
    lambda: functional.conv1d(X, WEIGHT[:4, :1].view(1, 4, 1)), lambda: functional.conv1d(X, X[:2, :, :1], X[0, 0, :2]),
    lambda: functional.conv1d(X, X[:2, :, :2], padding=1), lambda: torch.masked_select(SQUARE, UPPER),
    lambda: SQUARE.masked_select(UPPER[0]), lambda: SQUARE.masked_select(SQUARE > 0),
    *(lambda mode=mode, pad=pad: functional.embedding_bag(IDS, WEIGHT, mode=mode, padding_idx=pad)
      for mode in ("sum", "mean", "max") for pad in (None, 0, -7)),
    lambda: functional.embedding_bag(IDS, WEIGHT, mode="sum", per_sample_weights=IDS / 3.0),
])
def test_functions(function):
    wanted = function()
    with rewrites():
        made = function()
    torch.testing.assert_close(made, wanted, rtol=1e-6, atol=1e-6)


def test_fourier():
    """Circular convolution, as holographic networks write it: complex numbers as pairs of real ones."""
    def convolved():
        a, b = (torch.view_as_real(torch.fft.fft(x)) for x in (X, X.flip(-1)))
        product = torch.stack([a[..., 0] * b[..., 0] - a[..., 1] * b[..., 1],
                               a[..., 0] * b[..., 1] + a[..., 1] * b[..., 0]], dim=-1)
        return torch.view_as_real(torch.fft.ifft(torch.view_as_complex(product)))

    wanted = convolved()
    with rewrites():
        made = convolved()
        with pytest.raises(clicklens.Error, match="complex numbers in abs"):
            torch.abs(torch.fft.fft(X))
        with pytest.raises(clicklens.Error, match="torch.fft.fft of other than real numbers along their last"):
            torch.fft.fft(X, dim=0)
    torch.testing.assert_close(made, wanted, rtol=1e-5, atol=1e-5)


def test_what_is_not_rewritten_is_refused():
    with rewrites():
        for offsets, more in ((torch.tensor([0, 2]), {}), (None, {"max_norm": 1.0})):
            with pytest.raises(clicklens.Error, match="an embedding bag with"):
                functional.embedding_bag(IDS.flatten() if offsets is not None else IDS, WEIGHT, offsets, **more)
