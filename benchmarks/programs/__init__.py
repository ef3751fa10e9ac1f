"""Programs to compare with: single files, each doing one job of pscli's as leanly as it can."""
