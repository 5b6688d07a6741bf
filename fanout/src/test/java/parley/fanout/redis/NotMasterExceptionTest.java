package parley.fanout.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.exceptions.JedisDataException;

/// In which words a Redis says that another one is to be asked.
class NotMasterExceptionTest {

  @ParameterizedTest
  @CsvSource({
    "READONLY You can't write against a read only replica.,true",
    "ERR Error running script: READONLY You can't write,true",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.,true",
    "LOADING Redis is loading the dataset in memory,true",
    "OOM command not allowed when used memory > 'maxmemory'.,false",
    "NOSCRIPT No matching script.,false",
    "ERR a value called LOADING,false"
  })
  void aRefusalIsRead(String words, boolean says) {
    assertEquals(says, NotMasterException.says(new JedisDataException(words)));
  }
}
