"""Days: public holidays by country, working days, the days on which messages go out."""
