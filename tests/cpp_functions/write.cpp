// Writes the functions of every operation, and a table of them by which the test calls them.

#include "paragraphs.hpp"

#include <autodiff/ops/pointwise/cpp_source.hpp>
#include <autodiff/ops/table/functions.hpp>
#include <fstream>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto ops = mine::all_operations();
  std::ofstream out(argv[1]);
  out << seegrad::cpp_functions(ops) << "\n#include \"function.hpp\"\n\nconst written_function written_functions[] = {\n";
  int count = 0;
  for (const auto* op : ops) {
    for (int i = -1; i < op->arity; ++i, ++count) {
      std::string arguments = "x[0]";
      for (int k = 1; k < op->arity; ++k) arguments += fmt::format(", x[{}]", k);
      if (i >= 0) arguments += ", y";
      out << fmt::format("  {{\"{}\", {}, [](const double* x, double{}) {{ return {}::{}({}); }}}},\n", op->name, i,
                         i < 0 ? "" : " y", seegrad::cpp_namespace, seegrad::detail::cpp_name(op->name, i), arguments);
    }
  }
  out << fmt::format("}};\nconst int written_functions_count = {};\n", count);
  return out.good() ? 0 : 1;
}
