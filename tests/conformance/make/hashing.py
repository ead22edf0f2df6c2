"""MurmurHash3 x64 128 (Appleby), its low half: what a hash encoder makes of a key, from the algorithm's description."""

MASK = 2**64 - 1


def _rotl(x, r):
    return ((x << r) | (x >> (64 - r))) & MASK


def _mix(k):
    k = ((k ^ (k >> 33)) * 0xFF51AFD7ED558CCD) & MASK
    k = ((k ^ (k >> 33)) * 0xC4CEB9FE1A85EC53) & MASK
    return k ^ (k >> 33)


def murmur(data: bytes, seed: int) -> int:
    c1, c2, h1, h2 = 0x87C37B91114253D5, 0x4CF5AD432745937F, seed, seed
    size = len(data)
    body = size // 16 * 16
    for i in range(0, body, 16):
        k1, k2 = (int.from_bytes(data[j : j + 8], "little") for j in (i, i + 8))
        h1 ^= (_rotl((k1 * c1) & MASK, 31) * c2) & MASK
        h1 = ((((_rotl(h1, 27) + h2) & MASK) * 5) + 0x52DCE729) & MASK
        h2 ^= (_rotl((k2 * c2) & MASK, 33) * c1) & MASK
        h2 = ((((_rotl(h2, 31) + h1) & MASK) * 5) + 0x38495AB5) & MASK
    tail = data[body:] + bytes(16 - (size - body))
    k1, k2 = int.from_bytes(tail[:8], "little"), int.from_bytes(tail[8:], "little")
    h2 ^= (_rotl((k2 * c2) & MASK, 33) * c1) & MASK
    h1 ^= (_rotl((k1 * c1) & MASK, 31) * c2) & MASK
    h1, h2 = h1 ^ size, h2 ^ size
    h1 = (h1 + h2) & MASK
    h2 = (h2 + h1) & MASK
    return (_mix(h1) + _mix(h2)) & MASK


def murmur_row(key: int, modulus: int, seed: int, salt: bytes) -> int:
    """Row of a 64-bit key: hash of the salt and the key's eight bytes, little-endian."""
    return murmur(salt + (key & MASK).to_bytes(8, "little"), seed) % modulus
