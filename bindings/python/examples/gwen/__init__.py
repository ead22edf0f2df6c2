"""What the training examples share: click logs as tensors, the GwEN network, and its export."""
