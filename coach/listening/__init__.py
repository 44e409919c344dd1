"""Sound to commands: echo canceller, segmenter, recognizers, acceptance, and the chain of them."""
