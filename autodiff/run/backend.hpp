#pragma once
// How a program is run.

namespace seegrad {

enum class backend {
  automatic,     ///< as an interpreter, and as machine code once it has been run so often that making that pays
  interpreter,   ///< never as machine code
  compiler,      ///< written as C++, built by the system's compiler, loaded, and kept for the next time (run/compiled_source.hpp)
  machine_code,  ///< from the first run, where the processor and the build have it; else as an interpreter
};

}  // namespace seegrad
