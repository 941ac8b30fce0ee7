// Writes a program as C++.

#include "program.hpp"

#include <fstream>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ofstream out(argv[1]);
  out << mine::made().to_cpp("written_program");
  return out.good() ? 0 : 1;
}
