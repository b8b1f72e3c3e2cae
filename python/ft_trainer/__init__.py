"""The sharded trainer behind ft-wizard: it carries out a finished plan and decides nothing."""
