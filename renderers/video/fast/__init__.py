"""The fast path of videos: what differs is encoded, the rest is spliced."""
