#pragma once
// One of the functions that cpp_functions writes, as the test calls it: the arguments are the operands, and y of a derivative.

struct written_function {
  const char* operation;
  int i;
  double (*run)(const double* x, double y);
};

extern const written_function written_functions[];
extern const int written_functions_count;
