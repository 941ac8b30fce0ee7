#pragma once
// Python's sys.stdout as a file of C: what the library prints then stands where Python's own prints do, in a notebook as well.

#include <cstdio>
#include <pybind11/pybind11.h>

namespace seegrad::python {

class text_file {
 public:
  text_file() : file_(fopencookie(nullptr, "w", {nullptr, &write, nullptr, nullptr})) {
    if (file_) std::setvbuf(file_, nullptr, _IOLBF, 4096);
  }
  ~text_file() {
    if (file_) std::fclose(file_);
  }
  text_file(const text_file&) = delete;
  auto operator=(const text_file&) -> text_file& = delete;

  auto stream() const -> std::FILE* { return file_ ? file_ : stdout; }

 private:
  static auto write(void*, const char* text, std::size_t size) -> ssize_t {
    const pybind11::gil_scoped_acquire python;
    try {
      const auto out = pybind11::module_::import("sys").attr("stdout");
      out.attr("write")(pybind11::str(std::string(text, size).c_str()));
      out.attr("flush")();
    } catch (pybind11::error_already_set&) {}  // Training goes on where nobody can be told of it.
    return static_cast<ssize_t>(size);
  }

  std::FILE* file_;
};

}  // namespace seegrad::python
