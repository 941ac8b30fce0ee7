#pragma once
// Data made by a rule, to try a network on.
//
//   generator random(1);
//   const auto [X, y] = nn::planar_flower(random, 400);                       // X [400, 2], y [400] of 0 and 1
//   const auto three = nn::blobs(random, 300, {{0.0, 0.0}, {3.0, 0.0}, {0.0, 3.0}}, 0.5);
//   const auto curve = nn::nielsen_curve(random, 200, 0.05);                  // X [200, 1], y [200, 1]
//
// Samples are rows. Classes come one after the other, as even in size as may be, and the first ones have one sample more where
// they cannot be; a data_loader shuffles them. `noise` is the deviation of normal numbers that are added. All throw for a
// negative number of samples, a noise that is negative or not finite, and a type that is no floating one.

#include <autodiff/array/random.hpp>
#include <nn/data/dataset.hpp>

namespace seegrad::nn {

// --- classes: X [samples, features], y [samples] int64 ---------------------------------------------------------------------

/// Two half circles that reach into each other: (cos t, sin t) and (1 - cos t, 1/2 - sin t), t evenly from 0 to π. scikit-learn's
/// make_moons.
auto moons(generator& g, index_t samples, double noise = 0.1, dtype type = float32) -> dataset;
/// Arms that wind around the origin: radius 0 to 1 evenly, and an angle that grows by 4 meanwhile, with noise in the angle. The
/// arms of the Stanford course CS231n (Karpathy), there three of them. Throws for less than one class.
auto spirals(generator& g, index_t samples, index_t classes = 3, double noise = 0.2, dtype type = float32) -> dataset;
/// A flower of `petals` petals in two colours: radius 4 sin(petals · t), with noise in both t and the radius, t from 0 to 3.12
/// for class 0 and on to 6.24 for class 1, at (r sin t, r cos t). The planar data of Ng's course Neural Networks and Deep
/// Learning.
auto planar_flower(generator& g, index_t samples, double noise = 0.2, index_t petals = 4, dtype type = float32) -> dataset;
/// A normal cloud about each of the centres [classes, features].
auto blobs(generator& g, index_t samples, const array& centres, double noise = 1, dtype type = float32) -> dataset;
/// Classes that have nothing to do with anything, [samples] int64: a network that learns them learns by heart (Zhang, Bengio,
/// Hardt, Recht, Vinyals: Understanding deep learning requires rethinking generalization, 2017). Throws for less than one class.
auto random_labels(generator& g, index_t samples, index_t classes) -> array;

// --- curves: X [samples, 1], y [samples, 1] --------------------------------------------------------------------------------

/// y = sin(x) with noise in y, x at random in [from, to), by default one period.
auto sine_curve(generator& g, index_t samples, double noise = 0.1, double from = -3.141592653589793,
                double to = 3.141592653589793, dtype type = float32) -> dataset;
/// y = 0.2 + 0.4x² + 0.3x sin(15x) + 0.05 cos(50x) with noise in y, x at random in [0, 1). From chapter 4 of Nielsen: Neural
/// Networks and Deep Learning, 2015.
auto nielsen_curve(generator& g, index_t samples, double noise = 0, dtype type = float32) -> dataset;

}  // namespace seegrad::nn
