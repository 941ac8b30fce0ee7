"""Prints tests/nn/oracle/resize.txt: what PyTorch's bilinear interpolate makes of pictures.  python3 resize.py > resize.txt

The picture is [2, 5, 7], and its element i is ((37 i) mod 101) / 101 - 1/2. A case is a height, a width, and the numbers.
"""

import torch
import torch.nn.functional as F

x = torch.tensor([(i * 37) % 101 / 101 - 0.5 for i in range(70)], dtype=torch.float64).reshape(1, 2, 5, 7)
for size in (5, 7), (10, 14), (3, 3), (1, 1), (7, 5), (2, 11), (9, 4):
    y = F.interpolate(x, size=size, mode="bilinear", align_corners=False)
    print(*size)
    print(*(f"{v:.15g}" for v in y.flatten().tolist()))
