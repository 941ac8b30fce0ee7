// Data: files, made-up ones, and batches of them.

#include "data.hpp"
#include "bind.hpp"
#include <nn/data/data_loader.hpp>
#include <nn/data/fashion_mnist.hpp>
#include <nn/data/idx.hpp>
#include <nn/data/synthetic.hpp>
#include <pybind11/stl/filesystem.h>

namespace seegrad::python {
namespace {

/// One pass, as Python goes through it.
struct pass {
  nn::data_loader::iterator at;
  bool is_first = true;
};

auto bind_loader(py::module_& m) -> void {
  py::class_<pass>(m, "data_pass").def("__iter__", [](py::object self) { return self; }).def("__next__", [](pass& p) {
    if (!p.is_first) ++p.at;
    p.is_first = false;
    if (p.at == std::default_sentinel) throw py::stop_iteration();
    return give(*p.at);
  });
  py::class_<nn::data_loader>(
      m, "data_loader", "Batches of samples, pass after pass, each in an order that the seed and the number of the pass decide.")
      .def(py::init([](py::object data, index_t batch_size, bool shuffle, std::uint64_t seed, bool drop_last) {
             return nn::data_loader(dataset_of(data),
                                    {.batch_size = batch_size, .shuffle = shuffle, .seed = seed, .drop_last = drop_last});
           }),
           py::arg("data"), py::kw_only(), py::arg("batch_size") = 64, py::arg("shuffle") = true, py::arg("seed") = 1,
           py::arg("drop_last") = false)
      .def(
          "__iter__", [](nn::data_loader& l) { return pass{l.begin()}; }, py::keep_alive<0, 1>())
      .def("__len__", &nn::data_loader::size)
      .def("set_epoch", &nn::data_loader::set_epoch, py::arg("epoch"), "The number of the next pass.");
}

auto bind_sets(py::module_& m) -> void {
  m.def(
      "load_fashion_mnist",
      [](const std::filesystem::path& folder) {
        const auto all = nn::load_fashion_mnist(folder);
        py::list classes;
        for (const auto name : all.classes) classes.append(std::string(name));
        return py::make_tuple(give(all.train), give(all.test), classes);
      },
      py::arg("folder") = "/usr/share/datasets/fashion-mnist", documentation("nn::load_fashion_mnist"));
  m.def(
      "load_idx", [](const std::filesystem::path& file, dtype type) { return nn::load_idx(file, type); }, py::arg("file"),
      py::arg("dtype") = float32, documentation("nn::load_idx"));
}

auto bind_made_up(py::module_& m) -> void {
  const auto g = py::arg("generator");
  const auto n = py::arg("samples");
  const auto type = py::arg("dtype") = float32;
  m.def(
      "moons", [](generator& g, index_t n, double noise, dtype t) { return give(nn::moons(g, n, noise, t)); }, g, n,
      py::arg("noise") = 0.1, type, documentation("nn::moons"));
  m.def(
      "spirals",
      [](generator& g, index_t n, index_t classes, double noise, dtype t) { return give(nn::spirals(g, n, classes, noise, t)); },
      g, n, py::arg("classes") = 3, py::arg("noise") = 0.2, type, documentation("nn::spirals"));
  m.def(
      "planar_flower",
      [](generator& g, index_t n, double noise, index_t petals, dtype t) {
        return give(nn::planar_flower(g, n, noise, petals, t));
      },
      g, n, py::arg("noise") = 0.2, py::arg("petals") = 4, type, documentation("nn::planar_flower"));
  m.def(
      "blobs",
      [](generator& g, index_t n, const array& centres, double noise, dtype t) {
        return give(nn::blobs(g, n, centres, noise, t));
      },
      g, n, py::arg("centres"), py::arg("noise") = 1.0, type, documentation("nn::blobs"));
  m.def(
      "nielsen_curve", [](generator& g, index_t n, double noise, dtype t) { return give(nn::nielsen_curve(g, n, noise, t)); }, g,
      n, py::arg("noise") = 0.0, type, documentation("nn::nielsen_curve"));
}

}  // namespace

auto bind_data(py::module_& m) -> void {
  bind_loader(m);
  bind_sets(m);
  bind_made_up(m);
}

}  // namespace seegrad::python
