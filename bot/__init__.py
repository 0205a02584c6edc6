"""The product: what a job is, how it is kept, sent, watched and finished."""
