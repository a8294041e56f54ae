"""A fake of Judge0 CE that really compiles and runs programs, on this machine."""
