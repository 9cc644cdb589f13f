"""Narrators behind the `Voice` seam: espeak-ng (embedded), Piper, gTTS, silent."""
