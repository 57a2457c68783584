message(FATAL_ERROR "This test needs ${MISSING}: run scripts/setup --tests, then configure again.")
