// The least that Ink can do: what any program built with it costs before it has done anything. It shows a counter that goes up by keys and once a second.
import { Box, render, Text, useInput } from 'ink';
import { useEffect, useState } from 'react';

function Counter() {
  const [count, setCount] = useState(0);
  useInput(() => setCount((now) => now + 1));
  useEffect(() => {
    const timer = setInterval(() => setCount((now) => now + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Box>
      <Text>bare Ink: {count}</Text>
    </Box>
  );
}

render(<Counter />, { alternateScreen: true, incrementalRendering: true });
