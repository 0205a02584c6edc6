"""first try"""
import argparse, json, logging, os, sys, tempfile, time
from pathlib import Path
from . import moments, standins, clock
from .run import Order, run_seed, as_line

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--without", default="")
    parser.add_argument("--log")
    parser.add_argument("--profile")
    a = parser.parse_args()
    standins.install()
    moments.wrap_steps()
    if a.log:
        from bot.log import TextLines
        h = logging.FileHandler(a.log, mode="w")
        h.setFormatter(TextLines("%(created).6f %(levelname)-7s %(where)s: %(message)s"))
        logging.basicConfig(level="INFO", handlers=[h], force=True)
    else:
        logging.disable(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="simulation-", dir="/dev/shm"))
    t = time.process_time(); 
    order = Order(seed=a.seed, kills=a.kills, workers=a.workers, without=frozenset(filter(None, a.without.split(","))))
    if a.profile:
        import cProfile, pstats
        p = cProfile.Profile()
        result = p.runcall(run_seed, order, folder)
        p.dump_stats(a.profile)
    else:
        result = run_seed(order, folder)
    line = as_line(result)
    line["met"] = len(line["met"])
    print(json.dumps(line)); print(*result.verdict.evidence[:10], sep="\n")
    print("cpu", time.process_time() - t)
    sys.stdout.flush()
    os.system(f"rm -rf {folder}")
    os._exit(0)
