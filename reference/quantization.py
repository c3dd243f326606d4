"""A vector-quantised autoencoder of two matrices: its terms, their gradients, and a codebook's moving average, in float64."""

import torch

from exact import float32

DECAY = 0.9
COMMITMENT_WEIGHT = 0.25


def oracle():
    generator = torch.Generator().manual_seed(5)

    def normal(*shape, scale=1.0):
        return float32(torch.randn(shape, generator=generator) * scale)

    batch, features, positions, codebook_size, embedding_size = 4, 6, 3, 5, 2
    start = dict(encoder=normal(features, positions * embedding_size), codebook=normal(codebook_size, embedding_size),
                 decoder=normal(positions * embedding_size, features))
    x = float32(torch.rand((batch, features), generator=generator))
    batches = [normal(7, embedding_size) for _ in range(4)]
    counts = float32(torch.rand(codebook_size, generator=generator) * 3 + 1)
    return {
        "decay": DECAY,
        "commitmentWeight": COMMITMENT_WEIGHT,
        "x": x,
        "start": start,
        **terms(x, **start),
        "counts": counts,
        "batches": batches,
        "moved": moving_average(start["codebook"], counts, batches),
    }


def nearest(embeddings, codebook):
    return torch.cdist(embeddings, codebook).argmin(1)


def terms(x, encoder, codebook, decoder):
    """Equation 3 of van den Oord et al. 2017, with the reconstruction as a squared error; the gradients are those of the batch means."""
    leaves = [leaf.clone().requires_grad_() for leaf in (encoder, codebook, decoder)]
    encoder, codebook, decoder = leaves
    embeddings = (x @ encoder).reshape(-1, codebook.shape[1])
    indices = nearest(embeddings, codebook)
    vectors = codebook[indices]
    straight_through = embeddings + (vectors - embeddings).detach()
    output = straight_through.reshape(len(x), -1) @ decoder
    values = {
        "reconstruction": ((output - x) ** 2).sum(1),
        "commitment": ((embeddings - vectors.detach()) ** 2).reshape(len(x), -1).sum(1),
        "codebook": ((embeddings.detach() - vectors) ** 2).reshape(len(x), -1).sum(1),
    }
    share = torch.bincount(indices, minlength=len(codebook)) / len(indices)
    weights = {"reconstruction": 1, "commitment": COMMITMENT_WEIGHT, "codebook": 1}
    total = sum(weights[name] * value.mean() for name, value in values.items())
    gradients = torch.autograd.grad(total, leaves)
    return {
        "indices": indices,
        "terms": values,
        "perplexity": torch.exp(torch.special.entr(share).sum()),
        "gradients": dict(zip(("encoder", "codebook", "decoder"), gradients)),
    }


def moving_average(codebook, counts, batches):
    """Equations 6 to 8 of the appendix, which keep the sum of the embeddings of each vector; the state after each batch."""
    sums = counts[:, None] * codebook
    history = []
    for embeddings in batches:
        choice = torch.nn.functional.one_hot(nearest(embeddings, codebook), len(codebook)).to(codebook.dtype)
        counts = DECAY * counts + (1 - DECAY) * choice.sum(0)
        sums = DECAY * sums + (1 - DECAY) * choice.T @ embeddings
        codebook = sums / counts[:, None]
        history.append({"counts": counts, "codebook": codebook})
    return history
