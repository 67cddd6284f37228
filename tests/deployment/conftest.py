# `.ci/run` and `make soak` name this file. For `make test`, `test_stack.py` does the same with the real clock.
collect_ignore = ["test_moved_clock.py"]
