"""MetaExtract plugin: names of places for positions, without the network."""
