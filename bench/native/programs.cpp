// The functions of fixtures/programs as the same algorithms in C++, timed. Prints "name nanoseconds" per call: the median of 15 rounds.
// Compiled by bench/native/main.ts with -O3 -march=native, without -ffast-math: sums keep their order, as in JavaScript.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

using Vector = std::vector<double>;
static volatile double sink;

template <class F> static void timeIt(const char *name, F call) {
  using Clock = std::chrono::steady_clock;
  const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
  auto start = Clock::now();
  sink = call();
  const int repeats = std::max(1, int(0.02 / std::max(1e-9, seconds(Clock::now() - start))));
  Vector times;
  for (int round = 0; round < 15; round++) {
    start = Clock::now();
    for (int i = 0; i < repeats; i++) sink = call();
    times.push_back(seconds(Clock::now() - start) / repeats);
  }
  std::sort(times.begin(), times.end());
  std::printf("%s %.1f\n", name, times[7] * 1e9);
}

static Vector numbers(size_t count, double low, double high) {
  Vector made(count);
  for (size_t i = 0; i < count; i++) made[i] = low + (high - low) * std::fmod(i * 0.6180339887498949, 1.0);
  return made;
}

static double lse(const Vector &x) {
  double max = x[0];
  for (size_t i = 1; i < x.size(); i++) if (x[i] > max) max = x[i];
  double sum = 0;
  for (double v : x) sum += std::exp(v - max);
  return max + std::log(sum);
}

static double llsq(const Vector &x, int n) {
  double loss = 0;
  for (int i = 0; i < n; i++) {
    const double t = -1 + (2.0 * i) / (n - 1);
    double value = 0;
    for (size_t j = x.size(); j-- > 0;) value = value * t + x[j];
    const double residual = (t > 0) - (t < 0) - value;
    loss += 0.5 * residual * residual;
  }
  return loss;
}

// Without the prior, which takes a thousandth of the time.
static double gmm(const Vector &alpha, const Vector &mu, const Vector &q, const Vector &l, const Vector &x, int d, int k, int n) {
  const int triangle = d * (d - 1) / 2;
  Vector diagonal(k * d), logDeterminant(k, 0.0), centered(d), scaled(d), terms(k);
  for (int j = 0; j < k; j++) for (int c = 0; c < d; c++) {
    diagonal[j * d + c] = std::exp(q[j * d + c]);
    logDeterminant[j] += q[j * d + c];
  }
  double likelihood = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < k; j++) {
      for (int c = 0; c < d; c++) {
        centered[c] = x[i * d + c] - mu[j * d + c];
        scaled[c] = diagonal[j * d + c] * centered[c];
      }
      int at = j * triangle;
      for (int c = 0; c < d; c++) for (int r = c + 1; r < d; r++) scaled[r] += l[at++] * centered[c];
      double distance = 0;
      for (int c = 0; c < d; c++) distance += scaled[c] * scaled[c];
      terms[j] = alpha[j] + logDeterminant[j] - 0.5 * distance;
    }
    likelihood += lse(terms);
  }
  return likelihood - n * lse(alpha);
}

static void slope(const Vector &x, const Vector &y, Vector &out) {
  out[0] = x[0];
  for (size_t i = 1; i < x.size(); i++) out[i] = x[i] * y[i - 1];
}

static double ode(const Vector &x, int steps) {
  const size_t n = x.size();
  const double h = 2.0 / steps;
  Vector y(n), stage(n), k1(n), k2(n), k3(n), k4(n);
  for (int s = 0; s < steps; s++) {
    slope(x, y, k1);
    for (size_t i = 0; i < n; i++) stage[i] = y[i] + 0.5 * h * k1[i];
    slope(x, stage, k2);
    for (size_t i = 0; i < n; i++) stage[i] = y[i] + 0.5 * h * k2[i];
    slope(x, stage, k3);
    for (size_t i = 0; i < n; i++) stage[i] = y[i] + h * k3[i];
    slope(x, stage, k4);
    for (size_t i = 0; i < n; i++) y[i] += (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
  return y[n - 1];
}

static double minorOf(const Vector &a, int size, std::vector<int> &columns, int left) {
  const int row = (size - left) * size;
  if (left == 1) return a[row + columns[0]];
  double sum = 0;
  for (int j = 0; j < left; j++) {
    const int column = columns[j];
    for (int k = j; k < left - 1; k++) columns[k] = columns[k + 1];
    sum += (j % 2 == 0 ? 1 : -1) * a[row + column] * minorOf(a, size, columns, left - 1);
    for (int k = left - 1; k > j; k--) columns[k] = columns[k - 1];
    columns[j] = column;
  }
  return sum;
}

static double det(const Vector &a, int size) {
  std::vector<int> columns(size);
  for (int i = 0; i < size; i++) columns[i] = i;
  return minorOf(a, size, columns, size);
}

static double kmeans(const std::vector<Vector> &points, const std::vector<Vector> &centroids) {
  double cost = 0;
  for (const auto &point : points) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto &centroid : centroids) {
      double sum = 0;
      for (size_t i = 0; i < point.size(); i++) {
        const double difference = point[i] - centroid[i];
        sum += difference * difference;
      }
      nearest = std::min(nearest, sum);
    }
    cost += nearest;
  }
  return cost;
}

static std::vector<Vector> rows(int count, int width) {
  std::vector<Vector> made;
  for (int i = 0; i < count; i++) made.push_back(numbers(width, i % 7, 1 + i % 5));
  return made;
}

static void timeGmm(const char *name, int d, int k, int n) {
  const auto alpha = numbers(k, -1, 1), mu = numbers(k * d, 0, 1), q = numbers(k * d, -1, 1);
  const auto l = numbers(k * d * (d - 1) / 2, -1, 1), x = numbers(n * d, 0, 1);
  timeIt(name, [&] { return gmm(alpha, mu, q, l, x, d, k, n); });
}

int main() {
  for (const auto &[name, count] : {std::pair{"lse/n = 1,000", 1000}, std::pair{"lse/n = 1,280,000", 1280000}}) {
    const auto x = numbers(count, -10, 10);
    timeIt(name, [&] { return lse(x); });
  }
  const auto coefficients = numbers(128, -1, 1);
  timeIt("llsq/n = 1024, 128 parameters", [&] { return llsq(coefficients, 1024); });
  timeGmm("gmm/d = 10, k = 100, n = 1000", 10, 100, 1000);
  timeGmm("gmm/d = 64, k = 100, n = 1000", 64, 100, 1000);
  const auto small = numbers(10000, 0, 1), large = numbers(100000, 0, 1);
  timeIt("ode/n = 10,000, 10 steps", [&] { return ode(small, 10); });
  timeIt("ode/n = 100,000, 100 steps", [&] { return ode(large, 100); });
  const auto matrix = numbers(100, -1, 1);
  timeIt("det/10 × 10", [&] { return det(matrix, 10); });
  const auto points = rows(10000, 16), centroids = rows(1000, 16);
  timeIt("kmeans/n = 10000, k = 1000, d = 16", [&] { return kmeans(points, centroids); });
}
