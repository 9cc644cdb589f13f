"""Sound of videos: phrases as AAC, made once; tracks joined from them without encoding anew."""
