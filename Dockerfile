FROM python:3.12-slim

# One process, no root, one folder to keep: /data holds the database and the clips on their way.
RUN useradd --create-home --uid 10001 dailies && mkdir /data && chown dailies /data
# Chinese, Japanese and Korean letters for the pictures that the bot draws; all others come with matplotlib.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-droid-fallback && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY bot bot
COPY cogs cogs
USER dailies
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data DATABASE_URL=sqlite:////data/dailies.db HTTP_ADDR=127.0.0.1:8090
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-m", "bot.health_check"]
# The exec form, so that SIGTERM reaches the bot itself; give it SHUTDOWN_SECONDS and a little more to end.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot"]
