"""Time and cost of a scan on EMR Serverless, worked out from a measured rate and named assumptions.

    python -m benchmarks.capacity --rate 60 --vcpu-price 0.05 --gb-price 0.006 --prices-of TEXT

Nothing of this was measured on EMR. The rate is thousands of records a CPU second, as
`benchmarks.spark` tells it; prices are yours to look up, and are printed with where they are from.
"""

import argparse
from dataclasses import dataclass

BILLION = 1_000_000_000
RECORDS = (BILLION, 10 * BILLION, 100 * BILLION)
EXECUTORS = (10, 50, 200)


@dataclass(frozen=True)
class Plan:
    """What a plan rests on. Prices are in dollars an hour."""

    rate: float  # records a CPU second
    vcpus: int  # of a worker, and its memory
    gigabytes: int
    vcpu_price: float
    gigabyte_price: float
    efficiency: float  # the share of a vCPU's time that is spent as in the measurement
    start: float  # seconds until all workers are up
    records_a_file: int
    get_price: float  # dollars a thousand GET requests

    def hours(self, records: int, workers: int) -> float:
        """Hours by the clock on so many executors."""
        seconds = records / (self.rate * self.efficiency * self.vcpus * workers)
        return (seconds + self.start) / 3600

    def dollars(self, records: int, workers: int) -> float:
        """What the workers, a driver of the same size, and S3's requests cost."""
        worker = self.vcpus * self.vcpu_price + self.gigabytes * self.gigabyte_price
        requests = records / self.records_a_file / 1000 * self.get_price
        return self.hours(records, workers) * (workers + 1) * worker + requests


def table(plan: Plan) -> str:
    """The plan as a table in Markdown."""
    lines = [
        "| records | executors | vCPUs | hours | dollars |",
        "|---|---|---|---|---|",
    ]
    for records, workers in zip(RECORDS, EXECUTORS, strict=True):
        hours, dollars = plan.hours(records, workers), plan.dollars(records, workers)
        lines.append(
            f"| {records // BILLION} billion | {workers} | {workers * plan.vcpus} | {hours:.1f} |"
            f" {dollars:,.0f} |"
        )
    return "\n".join(lines)


def assumptions(plan: Plan, prices_of: str) -> str:
    """What the plan rests on, a line each."""
    return "\n".join(
        (
            f"- {plan.rate / 1000:g} thousand records a CPU second, measured by `benchmarks.spark`",
            f"- {plan.efficiency:.0%} of a vCPU's time is spent so: the rest is waiting for S3, "
            "uneven tasks, and a vCPU being half a core",
            f"- workers of {plan.vcpus} vCPUs and {plan.gigabytes} GB, and a driver like them; all "
            f"are up after {plan.start:g} seconds",
            f"- {plan.vcpu_price:g} dollars a vCPU hour and {plan.gigabyte_price:g} a GB hour: "
            f"{prices_of}",
            f"- {plan.records_a_file:,} records a file, {plan.get_price:g} dollars for 1,000 GETs; "
            "bucket and cluster in one region; the workers' own 20 GB of disk are enough",
        )
    )


def main() -> None:
    """Print the plan and what it rests on."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=float, required=True, help="thousand records a CPU second")
    parser.add_argument("--vcpu-price", type=float, required=True, help="dollars an hour")
    parser.add_argument("--gb-price", type=float, required=True, help="dollars an hour")
    parser.add_argument("--prices-of", required=True, help="region, date and source of the prices")
    parser.add_argument("--vcpus", type=int, default=4)
    parser.add_argument("--gb", type=int, default=16)
    parser.add_argument("--efficiency", type=float, default=0.5)
    parser.add_argument("--start", type=float, default=120)
    parser.add_argument("--records-a-file", type=int, default=1000)
    parser.add_argument("--get-price", type=float, default=0.0004)
    told = parser.parse_args()
    plan = Plan(
        told.rate * 1000,
        told.vcpus,
        told.gb,
        told.vcpu_price,
        told.gb_price,
        told.efficiency,
        told.start,
        told.records_a_file,
        told.get_price,
    )
    print(table(plan), assumptions(plan, told.prices_of), sep="\n\n")


if __name__ == "__main__":
    main()
